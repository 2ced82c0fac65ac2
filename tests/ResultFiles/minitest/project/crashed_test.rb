require 'helper'

class CrashedTest < Minitest::Test
  def test_before; assert true; end
  def test_dies; Process.kill(:KILL, Process.pid); sleep; end
end
