package shop;

import static org.junit.jupiter.api.Assertions.*;
import static org.junit.jupiter.api.Assumptions.*;

import org.junit.jupiter.api.*;

class PricesTest {
    @Test
    void areNumbers() { }

    @Test
    void knowLeapDays() { assertEquals(29, 28); }

    @Test
    @Disabled("not today")
    void wait_() { }

    @Test
    void assume() { assumeTrue(false, "no network"); }
}
