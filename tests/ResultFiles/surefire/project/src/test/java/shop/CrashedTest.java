package shop;

import static org.junit.Assert.*;
import org.junit.*;

public class CrashedTest {
    @Test public void dies() { Runtime.getRuntime().halt(3); }
}
