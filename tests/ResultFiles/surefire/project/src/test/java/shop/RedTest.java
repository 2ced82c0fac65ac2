package shop;

import static org.junit.Assert.*;
import org.junit.*;

public class RedTest {
    @Test public void areNumbers() { }
    @Test public void knowLeapDays() { assertEquals(29, 28); }
    @Test public void fail() { throw new IllegalStateException("no stock <&> \u001b[31mred ]]>"); }
}
