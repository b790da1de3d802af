namespace Foreman.Git.Tests;

public class WorkClassTests
{
    [Theory]
    [InlineData(".github/workflows/ci.yml", WorkClass.CiPolicy)]
    [InlineData(".github/actions/lint/action.yml", WorkClass.CiPolicy)]
    [InlineData(".gitlab-ci.yml", WorkClass.CiPolicy)]
    [InlineData(".forgejo/workflows/x.yaml", WorkClass.CiPolicy)]
    [InlineData(".goreleaser.yaml", WorkClass.ReleasePolicy)]
    [InlineData("release-please-config.json", WorkClass.ReleasePolicy)]
    [InlineData("Formula/llmkube.rb", WorkClass.Packaging)]
    [InlineData("images/Dockerfile.arm64", WorkClass.Packaging)]
    [InlineData("charts/x/values.yaml", WorkClass.Packaging)]
    [InlineData("hack/publish-all.sh", WorkClass.Packaging)]
    [InlineData("foreman.spec", WorkClass.Packaging)]
    [InlineData("README.md", WorkClass.Docs)]
    [InlineData("docs/a.png", WorkClass.Docs)]
    [InlineData("config/crd.yaml", WorkClass.Config)]
    [InlineData("src/main.go", WorkClass.CodeFix)]
    public void A_file_has_the_class_of_its_path(string path, string kind) => Assert.Equal(kind, WorkClass.Of(path));

    [Fact]
    public void A_change_has_the_class_of_seven_tenths_of_its_lines()
    {
        Assert.Equal(WorkClass.CodeFix, WorkClass.OfChange([Change("a.go", 70), Change("a.md", 30)]));
        Assert.Equal(WorkClass.Mixed, WorkClass.OfChange([Change("a.go", 69), Change("a.md", 31)]));
        Assert.Equal(WorkClass.Mixed, WorkClass.OfChange([Change("a.go", 0)]));
        Assert.Equal(WorkClass.CodeFix, WorkClass.OfChange([]));
    }

    [Fact]
    public void A_coder_may_not_pass_rules_of_ci_however_few_lines_they_are()
    {
        Assert.True(WorkClass.NeedsVerification([Change("a.go", 99), Change(".github/workflows/ci.yml", 1)], []));
        Assert.False(WorkClass.NeedsVerification([Change("a.go", 99), Change(".github/workflows/ci.yml", 1)], [WorkClass.CodeFix, WorkClass.CiPolicy]));
    }

    [Fact]
    public void A_change_of_several_classes_passes_when_each_of_them_does()
    {
        Assert.False(WorkClass.NeedsVerification([Change("a.go", 50), Change("a.yaml", 50)], []));
        Assert.True(WorkClass.NeedsVerification([Change("a.go", 50), Change("a.yaml", 50)], [WorkClass.CodeFix]));
        Assert.True(WorkClass.NeedsVerification([Change("a.go", 0)], []));
    }

    private static FileChange Change(string path, int lines) => new(path, ChangeKind.Modified, lines, 0);
}
