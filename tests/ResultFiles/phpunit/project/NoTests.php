<?php
use PHPUnit\Framework\TestCase;

final class NoTests extends TestCase
{
    public function helper(): void {}
}
