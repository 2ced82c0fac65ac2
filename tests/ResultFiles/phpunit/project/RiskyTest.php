<?php
use PHPUnit\Framework\TestCase;

final class RiskyTest extends TestCase
{
    public function testRuns(): void { $this->assertTrue(true); }
    public function testAssertsNothing(): void {}
    public function testPrints(): void { echo 'hello'; $this->assertTrue(true); }
}
