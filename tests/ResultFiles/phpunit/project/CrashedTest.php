<?php
use PHPUnit\Framework\TestCase;

final class CrashedTest extends TestCase
{
    public function testBefore(): void { $this->assertTrue(true); }
    public function testDies(): void { posix_kill(getmypid(), 9); }
    public function testAfter(): void { $this->assertTrue(true); }
}
