"""What the command line says of images that become files of the site."""

import json

from image_server import image_server


def test_the_summary_counts_images_and_their_bytes(cli, folder):
    with image_server() as host:
        photo = {"url": f"{host.url}/a.jpg", "dimensions": {"width": 8, "height": 6}}
        document = {"type": "page", "uid": "a", "data": {"photo": photo}}
        host.answers["/a.jpg"] = (200, b"GIF89a" + bytes(1234))
        site = folder(f"""
        -- prismicio.py --
        from prismic_ssg import Site
        site = Site(repository="./content", images="download")
        -- templates/page.html --
        {{{{ doc.data.photo.url }}}}
        -- content/a.json --
        {json.dumps(document)}
        """)

        assert "images: 1 of 1.2 kB, 1 fetched" in cli("-C", site, "build").out
        assert "images: 1 of 1.2 kB, 0 fetched" in cli("-C", site, "build").out
