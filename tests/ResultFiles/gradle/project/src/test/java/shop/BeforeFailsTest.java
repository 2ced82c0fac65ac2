package shop;

import static org.junit.Assert.*;
import org.junit.*;

public class BeforeFailsTest {
    @Before public void start() { throw new IllegalStateException("no database"); }
    @Test public void reads() { }
}
