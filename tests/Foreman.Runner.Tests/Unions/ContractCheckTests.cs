using Foreman.Runner.Unions;

namespace Foreman.Runner.Tests.Unions;

public sealed class ContractCheckTests
{
    [Theory]
    [InlineData("docs/contract.md", "docs/contract.md")]
    [InlineData(" ./api.proto\n", "api.proto")]
    [InlineData("Widget IDs are lower case.", null)]
    [InlineData("lowercase.", null)]
    [InlineData("WidgetID", null)]
    [InlineData("   ", null)]
    [InlineData("../contract.md", null)]
    [InlineData("docs/../../contract.md", null)]
    [InlineData("/etc/passwd", null)]
    [InlineData("./", null)]
    [InlineData("//", null)]
    [InlineData(":(exclude)a.md", null)]
    [InlineData("docs/v1..2.md", "docs/v1..2.md")]
    public void One_word_that_looks_like_a_path_is_the_file_of_the_contract(string contract, string? path) => Assert.Equal(path, ContractCheck.PathOf(contract));

    [Fact]
    public void All_slices_have_the_contract_of_the_base()
    {
        var findings = ContractCheck.Of("c.md", "one\ntwo\nthree\n", [("same", "one\ntwo\nthree\n"), ("other", "one\n2\nthree\n"), ("without", null), ("longer", "one\ntwo\nthree\nfour\n")]);

        Assert.Equal(
            [
                "c.md:2: slice other has another contract than the base, from this line on",
                "c.md: the base has this contract, and slice without does not have it",
                "c.md:4: slice longer has another contract than the base, from this line on",
            ],
            findings.Select(f => f.Text));
        Assert.All(findings, f => Assert.Equal((SliceRules.Contract, false), (f.Rule, f.IsAdvisory)));
    }

    [Fact]
    public void A_contract_that_came_with_the_slices_is_the_same_in_all_of_them()
    {
        Assert.Empty(ContractCheck.Of("c.md", null, [("one", "x"), ("two", "x")]));
        Assert.Equal("c.md: slice one has this contract, and slice two does not have it", Assert.Single(ContractCheck.Of("c.md", null, [("one", "x"), ("two", null)])).Text);
        Assert.Equal("c.md: the contract is neither in the base nor on the branch of a slice", Assert.Single(ContractCheck.Of("c.md", null, [("one", null)])).Text);
    }

    [Fact]
    public void Names_that_it_quotes_and_no_slice_has_are_only_told()
    {
        var slices = new[] { DriftCheckTests.Texts("one", ("pkg/a.go", "func Format() {}")), DriftCheckTests.Texts("two", ("b.go", "type WidgetID int")) };

        var findings = ContractCheck.Quoted("Use `Format()` of `pkg/a.go` on `WidgetID`, never `WidgetId` or `two words`, `1` or ``Other``; `Gone`; `Gone`.", slices);

        Assert.Equal(["the contract quotes WidgetId, which no slice has", "the contract quotes Gone, which no slice has"], findings.Select(f => f.Text));
        Assert.All(findings, f => Assert.True(f.IsAdvisory));
    }
}
