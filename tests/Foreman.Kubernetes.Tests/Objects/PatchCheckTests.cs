using System.Text.Json.Nodes;

namespace Foreman.Kubernetes.Tests;

[Trait("Kind", "15")]
public sealed class PatchCheckTests
{
    private static readonly JsonObject Current = (JsonObject)JsonNode.Parse("""{"spec":{"size":1,"tags":["x","y"],"a/b":{"c~d":null}}}""")!;

    [Theory]
    [InlineData("""[{"op":"test","path":"/spec/size","value":2}]""", 0, PatchMismatchReason.OtherValue)]
    [InlineData("""[{"op":"test","path":"/spec/size","value":1},{"op":"test","path":"/spec/name","value":"n"}]""", 1, PatchMismatchReason.AbsentPath)]
    [InlineData("""[{"op":"test","path":"/status/claim/holder","value":"h"}]""", 0, PatchMismatchReason.AbsentPath)]
    [InlineData("""[{"op":"test","path":"/spec/tags/1","value":"z"}]""", 0, PatchMismatchReason.OtherValue)]
    [InlineData("""[{"op":"test","path":"/spec/tags/2","value":null}]""", 0, PatchMismatchReason.AbsentPath)]
    [InlineData("""[{"op":"remove","path":"/spec/name"}]""", 0, PatchMismatchReason.AbsentPath)]
    [InlineData("""[{"op":"add","path":"/status/phase","value":"p"}]""", 0, PatchMismatchReason.AbsentPath)]
    [InlineData("""[{"op":"add","path":"/spec/tags/3","value":"z"}]""", 0, PatchMismatchReason.AbsentPath)]
    [InlineData("""[{"op":"remove","path":"/spec/size"},{"op":"remove","path":"/spec/size"}]""", 1, PatchMismatchReason.AbsentPath)]
    [InlineData("""[{"op":"move","from":"/spec/size","path":"/spec/name"}]""", 0, PatchMismatchReason.Unknown)]
    [InlineData("""[5]""", 0, PatchMismatchReason.Unknown)]
    public void The_operation_that_does_not_fit_is_named(string patch, int operation, PatchMismatchReason reason)
    {
        var mismatch = new V1Patch(PatchType.JsonPatch, JsonNode.Parse(patch)!).FirstMismatch(Current)!;
        Assert.Equal((operation, reason), (mismatch.Operation, mismatch.Reason));
    }

    [Theory]
    [InlineData("""[{"op":"test","path":"/spec/name","value":null},{"op":"replace","path":"/spec/name","value":"n"},{"op":"test","path":"/spec/name","value":"n"}]""")]
    [InlineData("""[{"op":"test","path":"/spec/a~1b/c~0d","value":null},{"op":"add","path":"/spec/tags/-","value":"z"},{"op":"test","path":"/spec/tags/2","value":"z"},{"op":"remove","path":"/spec/tags/0"}]""")]
    [InlineData("""[{"op":"add","path":"/status","value":{}},{"op":"add","path":"/status/phase","value":"p"},{"op":"replace","path":"/spec/tags/0","value":"w"}]""")]
    public void A_patch_that_fits_has_no_mismatch_and_changes_nothing(string patch)
    {
        var before = Current.ToJsonString();
        Assert.Null(new V1Patch(PatchType.JsonPatch, JsonNode.Parse(patch)!).FirstMismatch(Current));
        Assert.Equal(before, Current.ToJsonString());
    }

    [Fact]
    public void The_message_says_what_was_found() => Assert.Equal(
        "operation 1 (test /spec/size): it is 1, not 2",
        V1Patch.Json(JsonPatchOperation.Test("/spec/tags/0", "x"), JsonPatchOperation.Test("/spec/size", 2)).FirstMismatch(Current)!.Message);

    [Fact]
    public void Other_patches_have_no_operations() => Assert.Null(V1Patch.Merge([]).FirstMismatch(Current));
}
