package shop;

import static org.junit.jupiter.api.Assertions.*;

import org.junit.jupiter.api.*;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CartTest {
    @Test
    @DisplayName("odd <names> & \"quotes\" ✓")
    void isEmpty() { }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "<&\">", "\u001b[31m"})
    void holds(String name) { assertFalse(name.isEmpty()); }

    @RepeatedTest(2)
    void repeats() { }

    @Nested
    class Inside {
        @Test
        void isNested() { }
    }
}
