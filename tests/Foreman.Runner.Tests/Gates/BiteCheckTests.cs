using Foreman.Runner.Gates;

namespace Foreman.Runner.Tests.Gates;

public sealed class BiteCheckTests
{
    private static readonly TestFiles Go = GatePlanner.Plan(Given.Tree(("go.mod", "")), null).Tests;

    [Fact]
    public void Tests_are_checked_when_sources_changed_with_them()
    {
        Assert.True(BiteCheck.Applies(Go, [new("a_test.go"), new("a.go")]));
        Assert.True(BiteCheck.Applies(Go, [new("a_test.go", IsNew: true), new("a.go", IsGone: true)]));
    }

    [Fact]
    public void Tests_alone_or_sources_alone_are_not_checked()
    {
        Assert.False(BiteCheck.Applies(Go, [new("a_test.go"), new("README.md")]));
        Assert.False(BiteCheck.Applies(Go, [new("a.go")]));
        Assert.False(BiteCheck.Applies(Go, [new("a.go"), new("a_test.go", IsGone: true)]));
        Assert.False(BiteCheck.Applies(Go, []));
    }

    [Fact]
    public void Everything_but_the_tests_is_taken_back() =>
        Assert.Equal(["a.go", "go.mod"], BiteCheck.TakenBack(Go, [new("a.go"), new("a_test.go"), new("go.mod")]).Select(c => c.Path));

    [Fact]
    public void The_failure_names_the_tests()
    {
        var text = BiteCheck.Failure(Go, [.. Enumerable.Range(1, 7).Select(i => new ChangedFile($"t{i}_test.go")), new("a.go")]);

        Assert.Contains("t1_test.go, t2_test.go, t3_test.go, t4_test.go, t5_test.go, …", text, StringComparison.Ordinal);
        Assert.InRange(BiteCheck.Failure(Go, [.. Enumerable.Range(1, 7).Select(i => new ChangedFile($"{i}{new string('x', 4000)}\u001b_test.go")), new("a.go")]).Length, 600, 1000);
    }
}
