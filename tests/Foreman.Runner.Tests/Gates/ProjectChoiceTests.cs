using Foreman.Api;
using Foreman.Runner.Gates;

namespace Foreman.Runner.Tests.Gates;

public sealed class ProjectChoiceTests
{
    [Fact]
    public void The_project_with_most_of_the_change_is_checked_and_the_rest_is_told()
    {
        var tree = Given.Tree(("a/go.mod", "module a"), ("a/a.go", ""), ("b/go.mod", "module b"), ("b/b.go", ""), ("b/c.go", ""));

        var plan = GatePlanner.Plan(tree, null, [new("a/a.go"), new("b/b.go"), new("b/c.go"), new("README.md")]);

        Assert.Equal(("b/go.mod", "b"), (plan.Project!.Root, plan.Checks[0].Folder));
        Assert.Equal(["a/a.go"], plan.NotReached);
    }

    [Fact]
    public void Tooling_at_the_root_does_not_hide_the_project_that_is_changed()
    {
        var tree = Given.Tree(("package.json", """{"scripts":{"lint":"x"}}"""), ("tool.js", ""), ("backend/go.mod", "module b"), ("backend/a.go", ""));

        Assert.Equal(GateLanguage.Go, GatePlanner.Plan(tree, null, [new("backend/a.go")]).Language);
        Assert.Equal(GateLanguage.Node, GatePlanner.Plan(tree, null, [new("tool.js")]).Language);
        Assert.Equal(GateLanguage.Node, GatePlanner.Plan(tree, null, [new("README.md")]).Language);
    }

    [Fact]
    public void A_module_of_Go_ends_where_another_begins_and_a_package_of_node_does_not()
    {
        var go = Given.Tree(("go.mod", ""), ("a.go", ""), ("tools/go.mod", ""), ("tools/t.go", ""));
        var node = Given.Tree(("package.json", """{"scripts":{"test":"x"}}"""), ("lib/package.json", """{"scripts":{"test":"x"}}"""), ("lib/a.js", ""));

        Assert.Equal("tools/go.mod", GatePlanner.Plan(go, null, [new("tools/t.go")]).Project!.Root);
        Assert.Equal("package.json", GatePlanner.Plan(node, null, [new("lib/a.js")]).Project!.Root);
    }

    [Fact]
    public void A_project_without_checks_gives_way_to_one_that_has_some()
    {
        var tree = Given.Tree(("package.json", "{}"), ("web/package.json", """{"scripts":{"test":"x"}}"""), ("web/a.js", ""), ("docs/site.js", ""));

        Assert.Equal("web/package.json", GatePlanner.Plan(tree, null, [new("web/a.js")]).Project!.Root);
    }

    [Fact]
    public void A_named_language_and_given_tests_are_not_second_guessed()
    {
        var tree = Given.Tree(("go.mod", ""), ("web/package.json", """{"scripts":{"test":"x"}}"""), ("web/a.js", ""), ("web/b.js", ""), ("a.go", ""));
        IReadOnlyList<ChangedFile> changes = [new("web/a.js"), new("web/b.js"), new("a.go")];

        Assert.Equal(GateLanguage.Go, GatePlanner.Plan(tree, new GateProfile { Language = GateLanguage.Go }, changes).Language);
        Assert.Empty(GatePlanner.Plan(tree, new GateProfile { Commands = new GateCommands { Test = "make check" } }, changes).NotReached);
    }

    [Fact]
    public void What_belongs_to_others_is_no_part_of_a_change()
    {
        var plan = GatePlanner.Plan(Given.Tree(("go.mod", ""), ("a.go", ""), ("vendor/x/go.mod", ""), ("vendor/x/x.go", "")), null, [new("vendor/x/x.go"), new("a.go")]);

        Assert.Equal("go.mod", plan.Project!.Root);
        Assert.Empty(plan.NotReached);
    }

    [Fact]
    public void Requirements_of_the_documentation_are_not_the_project_of_the_sources_above()
    {
        var plan = GatePlanner.Plan(Given.Tree(("docs/requirements.txt", "sphinx"), ("docs/conf.py", ""), ("a.py", ""), ("test_a.py", "")), null);

        Assert.Equal(("test", ""), (plan.Checks[^1].Name, plan.Checks[^1].Folder));
    }
}
