<?php
use PHPUnit\Framework\TestCase;

final class RedTest extends TestCase
{
    public function testPasses(): void { $this->assertTrue(true); }
    public function testLeapDay(): void { $this->assertSame(29, 28, "<&> ]]> \e[31mred"); }
    public function testThrows(): void { throw new RuntimeException('no stock'); }
    public function testPhpWarning(): void { echo $undefined; $this->assertTrue(true); }

    /** @dataProvider days */
    public function testDays(int $day): void { $this->assertLessThan(30, $day); }

    public function days(): array { return [[28], [31]]; }
}
