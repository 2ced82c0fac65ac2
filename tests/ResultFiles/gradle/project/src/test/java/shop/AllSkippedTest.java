package shop;

import org.junit.*;

@Ignore("not today")
public class AllSkippedTest {
    @Test public void one() { }
    @Test public void two() { }
}
