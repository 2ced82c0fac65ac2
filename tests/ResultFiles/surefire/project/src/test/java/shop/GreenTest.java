package shop;

import static org.junit.Assert.*;
import org.junit.*;

public class GreenTest {
    @Test public void isEmpty() { assertEquals(0, 0); }
    @Test public void takesItems() { System.out.println("\u001b[31mred\u001b[0m ]]>"); }
}
