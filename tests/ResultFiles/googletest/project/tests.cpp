#include <gtest/gtest.h>
#include <csignal>

TEST(GreenCart, IsEmpty) { EXPECT_EQ(0, 0); }
TEST(GreenCart, TakesItems) { RecordProperty("items", 2); EXPECT_EQ(2, 2); }

class GreenDays : public testing::TestWithParam<std::string> {};
TEST_P(GreenDays, HaveAName) { EXPECT_FALSE(GetParam().empty()); }
INSTANTIATE_TEST_SUITE_P(Odd, GreenDays, testing::Values("<&\">", "a/b", "\033[31m"));

template <typename T> class GreenTyped : public testing::Test {};
using Numbers = testing::Types<int, unsigned long>;
TYPED_TEST_SUITE(GreenTyped, Numbers);
TYPED_TEST(GreenTyped, IsANumber) { EXPECT_GE(sizeof(TypeParam), 4u); }

TEST(Red, LeapDayIsBilled) { EXPECT_EQ(28, 29) << "<&> ]]> \033[31mred\033[0m"; EXPECT_EQ(27, 29); }
TEST(Red, Throws) { throw std::runtime_error("no stock"); }
TEST(Red, Passes) {}

TEST(Skipped, Runs) {}
TEST(Skipped, Waits) { GTEST_SKIP() << "no network"; }

TEST(Disabled, Runs) {}
TEST(Disabled, DISABLED_Waits) { FAIL(); }

TEST(AllDisabled, DISABLED_One) {}
TEST(AllDisabled, DISABLED_Two) {}

TEST(AllSkipped, One) { GTEST_SKIP(); }
TEST(AllSkipped, Two) { GTEST_SKIP(); }

class SetUpFails : public testing::Test { protected: void SetUp() override { FAIL() << "no database"; } };
TEST_F(SetUpFails, Reads) {}

class SuiteSetUpFails : public testing::Test { protected: static void SetUpTestSuite() { FAIL() << "no server"; } };
TEST_F(SuiteSetUpFails, Reads) {}

class SuiteTearDownFails : public testing::Test { protected: static void TearDownTestSuite() { FAIL() << "still running"; } };
TEST_F(SuiteTearDownFails, Reads) {}

TEST(Crashed, Dies) { std::raise(SIGSEGV); }

TEST(Colours, Red) { EXPECT_STREQ("\033[31mred\033[0m\001", "green"); }

TEST(SecondTimeLucky, Passes) { static int tries = 0; EXPECT_EQ(2, ++tries); }
