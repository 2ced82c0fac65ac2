require 'helper'

class SetUpFailsTest < Minitest::Test
  def setup; raise 'no database'; end
  def test_reads; assert true; end
end
