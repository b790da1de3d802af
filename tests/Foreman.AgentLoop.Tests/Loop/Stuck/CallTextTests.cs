using Foreman.AgentLoop.Loop.Stuck;

namespace Foreman.AgentLoop.Tests.Loop.Stuck;

public sealed class CallTextTests
{
    [Theory]
    [InlineData("Read on with read_file, path \"result:000000012\", offset 9", "Read on with read_file, path \"result:000000013\", offset 9", true)]
    [InlineData("all of it is kept: path \"result:output1\"]", "all of it is kept: path \"result:output27\"]", true)]
    [InlineData("done in 12 ms at 12:00:01", "done in 7 s at 12:31:59", true)]
    [InlineData("3 tests failed", "4 tests failed", false)]
    [InlineData("result: 1", "result: 2", false)]
    [InlineData("result:FAIL", "result:PASS", false)]
    public void Results_that_differ_only_in_times_and_paths_of_kept_results_are_the_same(string one, string other, bool same) =>
        Assert.Equal(same, CallText.Result(one) == CallText.Result(other));
}
