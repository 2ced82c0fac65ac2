package shop;

import static org.junit.Assert.*;
import org.junit.*;

public class ConstructorFailsTest {
    static { if (true) throw new IllegalStateException("no class"); }
    @Test public void reads() { }
}
