<?php
use PHPUnit\Framework\TestCase;

final class AllSkippedTest extends TestCase
{
    public function testOne(): void { $this->markTestSkipped(); }
    public function testTwo(): void { $this->markTestSkipped(); }
}
