<?php
use PHPUnit\Framework\TestCase;

final class BeforeClassFailsTest extends TestCase
{
    public static function setUpBeforeClass(): void { throw new RuntimeException('no database'); }
    public function testReads(): void { $this->assertTrue(true); }
    public function testWrites(): void { $this->assertTrue(true); }
}
