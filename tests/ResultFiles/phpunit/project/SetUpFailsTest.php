<?php
use PHPUnit\Framework\TestCase;

final class SetUpFailsTest extends TestCase
{
    protected function setUp(): void { throw new RuntimeException('no database'); }
    public function testReads(): void { $this->assertTrue(true); }
}
