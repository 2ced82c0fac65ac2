<?php
use PHPUnit\Framework\TestCase;

final class ProviderFailsTest extends TestCase
{
    public function testRuns(): void { $this->assertTrue(true); }

    /** @dataProvider days */
    public function testDays(int $day): void { $this->assertTrue(true); }

    public function days(): array { throw new RuntimeException('no calendar'); }
}
