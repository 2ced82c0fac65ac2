#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#include <csignal>
#include <cstdio>
#include <stdexcept>

TEST_CASE("orders are billed", "[green]") {
    REQUIRE(1 + 1 == 2);
    REQUIRE(2 + 2 == 4);
    CHECK(3 + 3 == 6);
}

TEST_CASE("names <with> & \"odd\" parts, too ✓", "[green]") { REQUIRE(true); }

TEST_CASE("leap day is billed", "[red]") {
    CHECK(28 == 29);
    CHECK(28 == 28);
    CHECK(27 == 29);
}

TEST_CASE("stock is there", "[red]") { throw std::runtime_error("no stock"); }

TEST_CASE("cart", "[sections]") {
    int items = 0;
    SECTION("one item") { items = 1; REQUIRE(items == 1); }
    SECTION("two items") {
        items = 2;
        REQUIRE(items == 2);
        SECTION("one is taken out") { items--; REQUIRE(items == 1); }
    }
}

TEST_CASE("prices", "[sections-red]") {
    SECTION("in euros") { REQUIRE(1 == 1); }
    SECTION("in dollars") { REQUIRE(1 == 2); }
}

TEST_CASE("known to fail", "[!shouldfail]") { REQUIRE(1 == 2); }
TEST_CASE("may fail", "[!mayfail]") { CHECK(1 == 2); CHECK(1 == 1); }

TEST_CASE("each day", "[generators]") {
    auto day = GENERATE(1, 2, 3);
    REQUIRE(day < 4);
}

TEST_CASE("asserts nothing", "[no-assertions]") {}

TEST_CASE("dies", "[crashed]") { REQUIRE(true); std::raise(SIGSEGV); }

TEST_CASE("prints colours", "[colours]") {
    std::printf("\033[31mred\033[0m \001\n");
    INFO("\033[31mred\033[0m");
    CHECK(std::string("\033[31mred") == "green");
}
