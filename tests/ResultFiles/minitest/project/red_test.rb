require 'helper'

class RedTest < Minitest::Test
  def test_numbers; assert_kind_of Integer, 1; end
  def test_leap_day; assert_equal 29, 28, "<&> ]]> \e[31mred"; end
  def test_raises; raise 'no stock'; end
end
