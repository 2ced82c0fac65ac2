require 'helper'

class TeardownFailsTest < Minitest::Test
  def teardown; raise 'still running'; end
  def test_reads; assert true; end
  def test_fails_twice; assert false, 'the first'; end
end
