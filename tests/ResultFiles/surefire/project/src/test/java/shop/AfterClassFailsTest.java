package shop;

import static org.junit.Assert.*;
import org.junit.*;

public class AfterClassFailsTest {
    @AfterClass public static void stop() { throw new IllegalStateException("still running"); }
    @Test public void reads() { }
}
