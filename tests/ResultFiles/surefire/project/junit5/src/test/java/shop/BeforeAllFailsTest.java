package shop;

import org.junit.jupiter.api.*;

class BeforeAllFailsTest {
    @BeforeAll
    static void start() { throw new IllegalStateException("no server"); }

    @Test
    void reads() { }
}
