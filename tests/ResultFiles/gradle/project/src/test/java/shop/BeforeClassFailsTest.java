package shop;

import static org.junit.Assert.*;
import org.junit.*;

public class BeforeClassFailsTest {
    @BeforeClass public static void start() { throw new IllegalStateException("no server"); }
    @Test public void reads() { }
    @Test public void writes() { }
}
