package shop;

import static org.junit.Assert.*;
import org.junit.*;

public class SkippedTest {
    @Test public void runs() { }
    @Ignore("not today") @Test public void waits() { }
    @Test public void assumes() { Assume.assumeTrue("no network", false); }
}
