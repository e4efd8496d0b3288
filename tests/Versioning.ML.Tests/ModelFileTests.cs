namespace Versioning.ML.Tests;

/// <summary>Which file of a version is the model.</summary>
[TestFixture]
internal sealed class ModelFileTests : ModelFixture
{
    [TestCase("model.zip", null, "model.zip")]
    [TestCase("model.zip other.zip", null, "model.zip")]
    [TestCase("deep/churn.zip data.csv", null, "deep/churn.zip")]
    [TestCase("a.zip b.zip", "b.zip", "b.zip")]
    [TestCase("weights.bin", "weights.bin", "weights.bin")]
    public async Task Find_WithOneThatIsMeant_IsThatOne(string files, string? path, string expected)
    {
        using LocalVersion version = await FetchAsync(files);
        Assert.That(ModelFile.Find(version, path, ".zip"), Is.EqualTo(Path.Join(version.Path, expected)));
    }

    [TestCase("a.zip b.zip", null, "model_file_ambiguous", "several files *.zip: a.zip, b.zip.")]
    [TestCase("a.zip b.zip c.zip d.zip", null, "model_file_ambiguous", "a.zip, b.zip, c.zip, …")]
    [TestCase("a.csv", null, "model_file_not_found", "has no file *.zip")]
    [TestCase("a.zip", "b.zip", "file_not_found", "no file 'b.zip'")]
    [TestCase("a.zip", "../a.zip", "file_not_found", "no file '../a.zip'")]
    public async Task Find_WithNoneOrSeveral_SaysSo(string files, string? path, string code, string says)
    {
        using LocalVersion version = await FetchAsync(files);
        Assert.That(() => ModelFile.Find(version, path, ".zip"), Throws.InstanceOf<VersioningException>().With.Property("Code").EqualTo(code).And.Message.Contains(says));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task Find_OfALink_IsThatOne_AndNoSecondModel()
    {
        await CommitAsync(folder =>
        {
            File.WriteAllText(Path.Join(folder, "a.zip"), "a");
            File.CreateSymbolicLink(Path.Join(folder, "b.zip"), "a.zip");
        });
        using LocalVersion version = await Writer.FetchAsync(Artifact);
        Assert.That(ModelFile.Find(version, null, ".zip"), Is.EqualTo(Path.Join(version.Path, "a.zip")));
        Assert.That(await File.ReadAllTextAsync(ModelFile.Find(version, "b.zip", ".zip")), Is.EqualTo("a"));
    }

    private async Task<LocalVersion> FetchAsync(string files)
    {
        await CommitAsync(folder =>
        {
            foreach (string file in files.Split(' '))
            {
                string path = Path.Join(folder, file);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, file);
            }
        });
        return await Writer.FetchAsync(Artifact);
    }
}
