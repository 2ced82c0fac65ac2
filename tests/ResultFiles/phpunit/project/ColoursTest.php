<?php
use PHPUnit\Framework\TestCase;

final class ColoursTest extends TestCase
{
    public function testPrints(): void { echo "\e[31mred\e[0m \x01 \xff"; $this->expectOutputString("\e[32mgreen\x02"); }
}
