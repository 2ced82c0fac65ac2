<?php
use PHPUnit\Framework\TestCase;

final class GreenTest extends TestCase
{
    public function testBilled(): void { $this->assertSame(2, 1 + 1); }

    /** @dataProvider days */
    public function testDays(string $day): void { $this->assertIsString($day); }

    public function days(): array { return ['plain' => ['a'], 'odd <&"> ✓' => ["\e[31m"], ['third']]; }
}
