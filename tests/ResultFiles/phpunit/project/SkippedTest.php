<?php
use PHPUnit\Framework\TestCase;

final class SkippedTest extends TestCase
{
    public function testRuns(): void { $this->assertTrue(true); }
    public function testWaits(): void { $this->markTestSkipped('no network'); }
    public function testNotWritten(): void { $this->markTestIncomplete('to do'); }

    /** @requires PHP 99 */
    public function testNewer(): void {}
}
