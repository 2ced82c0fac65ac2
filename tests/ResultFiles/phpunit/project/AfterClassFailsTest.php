<?php
use PHPUnit\Framework\TestCase;

final class AfterClassFailsTest extends TestCase
{
    public static function tearDownAfterClass(): void { throw new RuntimeException('still running'); }
    public function testReads(): void { $this->assertTrue(true); }
}
