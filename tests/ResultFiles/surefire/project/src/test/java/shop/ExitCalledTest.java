package shop;

import static org.junit.Assert.*;
import org.junit.*;

public class ExitCalledTest {
    @Test public void endsTheRun() { System.exit(0); }
}
