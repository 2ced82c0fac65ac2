require 'helper'

class GreenTest < Minitest::Test
  def test_empty; assert_equal 0, 0; end
  define_method("test_odd <&\"> ✓ \e[31m ]]>") { assert true }
  [1, 2].each { |n| define_method("test_holds_#{n}") { assert n > 0 } }
  def test_asserts_nothing; end
end
