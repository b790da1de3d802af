using Foreman.Sandbox.Seatbelt;

namespace Foreman.Sandbox.Tests.Seatbelt;

public class SeatbeltProfileTests
{
    private static readonly string[] Lines = SeatbeltProfile.Of(2).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public void It_denies_what_it_does_not_name_and_the_network_last()
    {
        Assert.Equal(["(version 1)", "(deny default)"], Lines[..2]);
        Assert.Equal("(deny network*)", Lines[^1]);
        Assert.DoesNotContain(Lines, l => l.Contains("(allow default", StringComparison.Ordinal) || l.Contains("(allow network", StringComparison.Ordinal));
    }

    [Fact]
    public void Only_the_workspace_and_the_temporary_folder_can_be_written()
    {
        var writes = Blocks().Where(b => b[0].Contains("file-write*", StringComparison.Ordinal)).ToArray();

        Assert.Equal(["    (subpath (param \"WORKSPACE\"))", "    (subpath (param \"TEMPORARY\"))"], Assert.Single(writes)[1..]);
    }

    [Fact]
    public void Nothing_of_a_home_or_of_other_programs_state_is_readable()
    {
        Assert.DoesNotContain(Lines, l => l.Contains("/Users", StringComparison.Ordinal) || l.Contains("Keychains", StringComparison.Ordinal)
            || l.Contains("\"/private/var\"", StringComparison.Ordinal) || l.Contains("\"/private/tmp", StringComparison.Ordinal) || l.Contains("\"/var/run", StringComparison.Ordinal));
        Assert.DoesNotContain(Lines, l => l.Contains("subpath \"/\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Each_readable_path_is_a_parameter_and_every_bracket_is_closed()
    {
        Assert.Contains("    (subpath (param \"READ0\"))", Lines);
        Assert.Contains(Lines, l => l.StartsWith("    (subpath (param \"READ1\"))", StringComparison.Ordinal));
        var text = SeatbeltProfile.Of(2);
        Assert.Equal(text.Count(c => c == '('), text.Count(c => c == ')'));
        Assert.Equal(0, text.Count(c => c == '"') % 2);
    }

    // Each allow with the lines that belong to it; the last bracket of a block is cut off.
    private static List<string[]> Blocks()
    {
        var blocks = new List<string[]>();
        foreach (var line in Lines)
        {
            if (line.StartsWith(' '))
            {
                blocks[^1] = [.. blocks[^1], line];
            }
            else
            {
                blocks.Add([line]);
            }
        }

        return [.. blocks.Select(b => b.Length > 1 ? (string[])[.. b[..^1], b[^1][..^1]] : b)];
    }
}
