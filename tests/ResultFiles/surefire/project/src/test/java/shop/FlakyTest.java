package shop;

import static org.junit.Assert.*;
import org.junit.*;

public class FlakyTest {
    private static int tries;
    @Test public void steady() { }
    @Test public void secondTimeLucky() { assertEquals("the first time", 2, ++tries); }
}
