package shop;

import org.junit.jupiter.api.*;

class AfterAllFailsTest {
    @AfterAll
    static void stop() { throw new IllegalStateException("still running"); }

    @Test
    void reads() { }
}
