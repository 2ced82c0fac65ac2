package shop;

import static org.junit.Assert.*;
import org.junit.*;

public class ColoursTest {
    @Test public void prints() { System.out.println("\u001b[31mred\u001b[0m \u0001 \uffff ]]>"); assertEquals("green", "\u001b[31mred\u0000\uffff"); }
}
