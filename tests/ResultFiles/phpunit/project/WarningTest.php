<?php
use PHPUnit\Framework\TestCase;

final class WarningTest extends TestCase
{
    public function testRuns(): void { $this->assertTrue(true); }
    public function testWarns(): void { $this->addWarning('careful'); $this->assertTrue(true); }
    private function testHidden(): void {}
}
