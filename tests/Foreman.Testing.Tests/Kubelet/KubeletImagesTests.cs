using Foreman.Testing.Kubelet;

namespace Foreman.Testing.Tests.Kubelet;

[Trait("Kind", "15")]
public sealed class KubeletImagesTests
{
    [Theory]
    [InlineData("tools", "")]
    [InlineData("registry.example.com:5000/Team/tools:1.0_a", "InvalidImageName")]
    [InlineData("registry.example.com:5000/team/tools:1.0_a", "ErrImagePull")]
    [InlineData("Tools", "InvalidImageName")]
    [InlineData("tools:", "InvalidImageName")]
    [InlineData("other", "ErrImagePull")]
    public void A_pull_tells_why_an_image_does_not_come(string reference, string reason)
    {
        var images = new KubeletImages();
        images.Add("tools", KubeletImage.OfProgram("/bin/sh"));

        Assert.Equal(reason, images.Pull(reference, null).Reason);
    }

    [Fact]
    public void An_image_that_is_added_is_no_longer_refused()
    {
        var images = new KubeletImages();
        images.Refuse("tools", "denied");
        Assert.Contains("denied", images.Pull("tools", null).Message, StringComparison.Ordinal);

        images.Add("tools", KubeletImage.OfProgram("/bin/sh"));

        Assert.NotNull(images.Pull("tools", null).Image);
    }
}
