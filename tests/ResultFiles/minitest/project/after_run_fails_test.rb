require 'helper'

class AfterRunFailsTest < Minitest::Test
  Minitest.after_run { raise 'the server did not stop' }
  def test_reads; assert true; end
end
