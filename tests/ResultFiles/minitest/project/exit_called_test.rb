require 'helper'

class ExitCalledTest < Minitest::Test
  def test_before; assert true; end
  def test_ends; exit! 0; end
end
