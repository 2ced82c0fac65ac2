require 'helper'

class SkippedTest < Minitest::Test
  def test_runs; assert true; end
  def test_waits; skip 'no network'; end
  def test_waits_too; skip; end
end
