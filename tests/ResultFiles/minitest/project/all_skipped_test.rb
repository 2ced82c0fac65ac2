require 'helper'

class AllSkippedTest < Minitest::Test
  def test_one; skip 'not today'; end
  def test_two; skip 'not today'; end
end
