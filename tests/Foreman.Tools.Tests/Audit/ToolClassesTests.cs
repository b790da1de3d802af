using Foreman.Api;
using Foreman.Tools.Audit;

namespace Foreman.Tools.Tests.Audit;

public class ToolClassesTests
{
    [Theory]
    [InlineData(KnownTools.ReadFile, ToolClasses.Read)]
    [InlineData(KnownTools.Grep, ToolClasses.Read)]
    [InlineData(KnownTools.ListFiles, ToolClasses.Read)]
    [InlineData(KnownTools.WriteFile, ToolClasses.Read | ToolClasses.Write)]
    [InlineData(KnownTools.StrReplace, ToolClasses.Read | ToolClasses.Write)]
    [InlineData(KnownTools.SubmitResult, ToolClasses.None)]
    [InlineData("no_such_tool", ToolClasses.None)]
    public void Classes_follow_from_traits(string name, ToolClasses classes)
    {
        Assert.Equal(classes, ToolPermissions.ClassesOf(KnownTools.TraitsOf(name)));
    }

    [Fact]
    public void A_shell_runs_programs_and_a_fetch_uses_the_network()
    {
        Assert.Equal(ToolClasses.Read | ToolClasses.Write | ToolClasses.Exec, ToolPermissions.ClassesOf(KnownTools.TraitsOf(KnownTools.Bash)));
        Assert.Equal(ToolClasses.Network, ToolPermissions.ClassesOf(ToolTraits.NeedsNetwork | ToolTraits.Secrets | ToolTraits.ReadOnly));
    }

    [Fact]
    public void What_can_not_be_undone_is_refused_and_nothing_else()
    {
        var irreversible = ToolPermissions.ClassesOf(ToolTraits.Irreversible);

        Assert.Equal("the effects of deploy can't be undone, and this release has nobody who could approve that; go another way", ToolPermissions.Refusal("deploy", irreversible));
        Assert.Null(ToolPermissions.Refusal("bash", ToolClasses.Read | ToolClasses.Write | ToolClasses.Exec | ToolClasses.Network));
    }

    [Fact]
    public void Each_class_has_its_word()
    {
        Assert.Equal(["read", "write", "exec", "network", "irreversible"], ToolPermissions.Words((ToolClasses)31));
        Assert.Empty(ToolPermissions.Words(ToolClasses.None));
    }
}
